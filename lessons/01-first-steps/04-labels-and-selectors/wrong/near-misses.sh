# diagnosis: none
# Four of them, but not plum; plum and four more; plum where it belongs, in another role.
kubectl label pod dahlia stage=production --overwrite
# open: four
kubectl label pod plum stage=production --overwrite
# open: four
kubectl label pod dahlia stage=staging --overwrite
kubectl label pod plum role=backend --overwrite
kubectl label pod dahlia stage=production --overwrite
# open: four
kubectl label pod plum role=frontend stage=staging --overwrite
# open: four
kubectl label pod dahlia stage=staging --overwrite
kubectl annotate pod plum note=seen
# diagnosis: none
kubectl label pod plum stage=production --overwrite
kubectl label pod elder stage=production --overwrite
kubectl delete pod amber
# open: staging-gone
kubectl delete pods -l role=backend,stage=staging
kubectl run oak --image=learn/hello:1.0 --labels=role=backend,stage=production
# open: staging-gone
kubectl delete pod oak
kubectl label pod hazel stage=development --overwrite
# open: staging-gone
# diagnosis: too-many
kubectl label pod hazel stage=production --overwrite
kubectl delete pod cedar
# open: four
