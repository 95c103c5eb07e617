# diagnosis: too-many
kubectl label pod plum stage=production --overwrite
kubectl delete pods -l role=backend
