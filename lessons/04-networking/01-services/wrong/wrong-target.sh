# diagnosis: wrong-target
kubectl expose deployment kv --port=6379
kubectl expose deployment guestbook --port=80 --target-port=80
