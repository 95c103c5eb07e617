# The way of the story.
# goal: node-port
kubectl patch service web -p '{"spec":{"type":"NodePort"}}'
sleep 3
# goal: address
kubectl patch service web -p '{"spec":{"type":"LoadBalancer"}}'
until kubectl get service web -o jsonpath='{.status.loadBalancer.ingress[0].ip}' | grep -q .; do sleep 1; done
# goal: own-address
kubectl patch service web -p '{"spec":{"externalTrafficPolicy":"Local"}}'
# goal: only-us
kubectl patch service web -p '{"spec":{"loadBalancerSourceRanges":["192.168.100.0/24"]}}'
sleep 10
