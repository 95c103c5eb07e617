# diagnosis: others-only
kubectl patch service web -p '{"spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","loadBalancerSourceRanges":["10.0.0.0/8"]}}'
sleep 30
