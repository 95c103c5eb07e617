# diagnosis: no-store
kubectl expose deployment guestbook --port=80 --target-port=5000
