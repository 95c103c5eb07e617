# diagnosis: none
# A label of another kind; two Deployments that have nothing to do with each other.
sed -i -e 's/^  template:/  selector:\n    matchLabels:\n      tier: front\n  template:/' -e '/^    app: web/d' -e '/^  labels:/d' web.yaml
kubectl apply -f web.yaml
kubectl create deployment cache --image=learn/hello:1.0
kubectl create deployment queue --image=learn/hello:1.0
kubectl rollout status deployment/queue
# open: labelled
