# diagnosis: everybody
kubectl patch service web -p '{"spec":{"type":"LoadBalancer","loadBalancerSourceRanges":["0.0.0.0/0"]}}'
sleep 30
