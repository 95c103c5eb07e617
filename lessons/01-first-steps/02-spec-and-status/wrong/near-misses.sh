# diagnosis: none
# Pods of others don't count, nor those that aren't Ready; with no room for a third Pod, the report stays behind the wish.
kubectl create deployment other --image=learn/hello:1.0 --replicas=3
kubectl rollout status deployment/other
# open: three lost-one
# diagnosis: none
unready='{"spec":{"containers":[{"name":"web","image":"learn/hello:1.0","readinessProbe":{"exec":{"command":["false"]}}}]}}'
kubectl run web-3 --image=learn/hello:1.0 --labels=app=web --overrides="$unready"
sleep 10
# open: three
kubectl run web-4 --image=learn/hello:1.0 --labels=app=web --overrides="$unready"
sleep 10
# open: lost-one
# unknown: which-half
kubectl delete pod web-3 web-4 --now
kubectl delete deployment other
sleep 40
kubectl create quota room --hard=pods=2
kubectl scale deployment web --replicas=3
sleep 15
# open: three reported
# unknown: right-after
kubectl delete quota room
kubectl create quota room --hard=pods=3
kubectl scale deployment web --replicas=4
sleep 15
# unknown: right-after which-half
# open: reported lost-one
kubectl delete quota room
kubectl scale deployment web --replicas=5
kubectl rollout status deployment/web
sleep 12
# open: three reported
kubectl scale deployment web --replicas=2
sleep 15
kubectl create deployment other --image=learn/hello:1.0
kubectl rollout status deployment/other
# open: three
kubectl run web-3 --image=learn/hello:1.0 --labels=app=web
sleep 10
# done: three
# open: returns
kubectl delete pod web-3 --now
kubectl run web-3 --image=nginx:1.27 --labels=app=web
kubectl wait --for=condition=Ready pod/web-3 --timeout=60s
# open: three
kubectl delete pod web-3 --now
kubectl run lone --image=learn/hello:1.0
kubectl scale deployment web --replicas=3
