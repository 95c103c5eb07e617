# diagnosis: cluster-policy
kubectl patch service web -p '{"spec":{"type":"LoadBalancer","loadBalancerSourceRanges":["192.168.100.0/24"]}}'
sleep 30
