# diagnosis: label-back
kubectl label "$(kubectl get pods -l app=web -o name | head -n 1)" app=quarantine --overwrite
sleep 10
kubectl label pod -l app=quarantine app=web --overwrite
sleep 10
