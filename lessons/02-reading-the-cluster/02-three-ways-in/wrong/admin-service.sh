# diagnosis: admin-service
kubectl expose pod shop --name=admin --port=9000
