# diagnosis: none
# Somebody else who restarts again and again.
kubectl run broken --image=busybox:1.36 -- false
# It never freezes, so nobody has to look.
kubectl set env deployment/freezer FREEZE_AFTER=0
kubectl rollout status deployment/freezer
# open: freezer
probe() { kubectl patch deployment "$1" -p "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"$1\",$2}]}}}}"; }
start() { probe slow "\"startupProbe\":{\"tcpSocket\":{\"port\":$1},\"periodSeconds\":10,\"failureThreshold\":$2}"; }
start 8080 18
kubectl rollout status deployment/slow
# done: slow-starts
# A probe for the start that asks where nobody listens.
start 9 100
sleep 10
# open: slow-starts
start 8080 18
kubectl rollout status deployment/slow
kubectl set env deployment/freezer FREEZE_AFTER=660
probe freezer '"livenessProbe":{"httpGet":{"path":"/live","port":8080},"periodSeconds":10}'
kubectl rollout status deployment/freezer
# done: patient
# Now it looks at what freezer depends on.
probe freezer '"livenessProbe":{"httpGet":{"path":"/ready","port":8080},"periodSeconds":10}'
kubectl rollout status deployment/freezer
# open: patient
kubectl delete deployment freezer
