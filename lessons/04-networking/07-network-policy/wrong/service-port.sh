# diagnosis: service-port
sed -i 's/port: 8080/port: 80/' allow.yaml
kubectl apply -f deny.yaml -f allow.yaml
