# diagnosis: not-headless
kubectl expose deployment peers -n dev --port=8080
