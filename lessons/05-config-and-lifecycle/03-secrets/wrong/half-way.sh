# diagnosis: none
# The password stands elsewhere, in one place each.
kubectl create configmap notes --from-literal=password=hunter22
# broken: hidden
kubectl delete configmap notes
kubectl run try --image=learn/app:1.0 --env=DB_PASSWORD=hunter22
# broken: hidden
kubectl delete pod try
kubectl create deployment try --image=learn/app:1.0 --replicas=0
kubectl set env deployment/try DB_PASSWORD=hunter22
# broken: hidden
kubectl delete deployment try
# The app can log in, and the Secret is as wrong as before.
answer length 9
kubectl set env deployment/app DB_PASSWORD=hunter22
kubectl rollout status deployment/app
# open: login
# broken: hidden
kubectl rollout undo deployment/app
# Another role more, and the binding that gave too much is gone.
kubectl create role more --verb=get,list --resource=pods
kubectl delete rolebinding intern-looks
# diagnosis: none
kubectl create rolebinding intern-looks --role=look --serviceaccount=default:intern
# One right too much, or one too few.
rules() { kubectl patch role look --type=merge -p "{\"rules\":[$1]}"; }
rule() { echo "{\"apiGroups\":[\"$1\"],\"resources\":[\"$2\"],\"verbs\":[\"$3\"]}"; }
pods=$(rule "" pods list)
deployments=$(rule apps deployments get)
rules "$pods,$deployments,$(rule "" secrets get)"
# open: intern
rules "$pods,$deployments,$(rule "" secrets list)"
# open: intern
kubectl delete role more
rules "$deployments"
# open: intern
kubectl create role more --verb=create --resource=pods
rules "$pods"
# open: intern
