# diagnosis: other-port
kubectl expose deployment kv --port=6379
kubectl expose deployment guestbook --port=5000
