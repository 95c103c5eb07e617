# diagnosis: new-name
kubectl expose deployment mail --name=mail-service --port=80 --target-port=8080
