# diagnosis: none
# An address behind which a stranger answers; a door for all the world; a door for one other machine.
kubectl patch service web -p '{"spec":{"type":"LoadBalancer"}}'
sleep 40
# done: address
# open: own-address
# diagnosis: none
kubectl run decoy --image=learn/hello:1.0 --labels=app=decoy
kubectl wait --for=condition=Ready pod/decoy --timeout=60s
kubectl patch service web -p '{"spec":{"selector":{"app":"decoy"}}}'
sleep 3
# open: address
kubectl patch service web -p '{"spec":{"selector":{"app":"web"},"externalTrafficPolicy":"Local","loadBalancerSourceRanges":["0.0.0.0/0"]}}'
sleep 10
# done: own-address
# open: only-us
kubectl patch service web -p '{"spec":{"loadBalancerSourceRanges":["192.168.100.200/32"]}}'
sleep 10
# open: only-us
