# Asks the load balancer's address, from your machine, which stands outside.
curl -sS -m 3 http://$(kubectl get service web -o jsonpath='{.status.loadBalancer.ingress[0].ip}')/
