# goal: all-answer
kubectl -n {{ns}} patch service {{app}} -p '{"spec":{"selector":{"app":"{{app}}","role":"web"}}}'
sleep 5
