# Eight callers for half a minute, each request takes two seconds. How many fail?
echo 'eight callers, 30 s ...'
kubectl exec client -- sh -c '
  for i in 1 2 3 4 5 6 7 8; do load -q -r 2 -d 30s -t 10 http://api > /tmp/load-$i & done
  wait
  cat /tmp/load-*' | grep failed
