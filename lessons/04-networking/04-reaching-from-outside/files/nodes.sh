# Asks every node for the port that the Service web has there.
port=$(kubectl get service web -o jsonpath='{.spec.ports[0].nodePort}')
for node in $(kubectl get nodes -o name); do
  ip=$(kubectl get $node -o jsonpath='{.status.addresses[0].address}')
  answer=$(curl -s -m 2 http://$ip:$port/ | grep pod:)
  echo "$node $ip:$port ${answer:-no answer}"
done
