# diagnosis: none
# Somebody else who restarts again and again.
kubectl run broken --image=busybox:1.36 -- false
# It never freezes, so nobody has to look.
kubectl set env deployment/freezer FREEZE_AFTER=0
kubectl rollout status deployment/freezer
# open: freezer
# A probe for the start that asks where nobody listens.
probe() { kubectl patch deployment "$1" -p "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"$1\",$2}]}}}}"; }
probe slow '"startupProbe":{"tcpSocket":{"port":9},"periodSeconds":10,"failureThreshold":100}'
sleep 10
# open: slow-starts
probe slow '"startupProbe":{"tcpSocket":{"port":8080},"periodSeconds":10,"failureThreshold":18}'
kubectl rollout status deployment/slow
# done: slow-starts
kubectl set env deployment/freezer FREEZE_AFTER=660
probe freezer '"livenessProbe":{"httpGet":{"path":"/live","port":8080},"periodSeconds":10}'
kubectl rollout status deployment/freezer
# done: patient
kubectl delete deployment freezer
