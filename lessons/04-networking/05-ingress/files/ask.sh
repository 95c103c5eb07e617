# Asks the door of the cluster for a path of shop.example.test.
door=$(kubectl get service -n ingress-nginx ingress-nginx-controller -o jsonpath='{.status.loadBalancer.ingress[0].ip}')
kubectl exec client -- curl -s --resolve shop.example.test:80:$door -w '(%{http_code})\n' http://shop.example.test$1
