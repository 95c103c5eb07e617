# diagnosis: own-balancer
kubectl expose deployment api --name=api-outside --type=LoadBalancer --port=80 --target-port=8080
sleep 20
# broken: one-door
