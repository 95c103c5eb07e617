# diagnosis: two-owners
sed -i -e 's/^  template:/  selector:\n    matchLabels:\n      app: web\n  template:/' -e 's/tier: front/app: web/' web.yaml
kubectl apply -f web.yaml
# open: labelled
sed -e 's/  name: web/  name: web-new/' -e 's/:1.0/:1.1/' web.yaml | kubectl apply -f -
# open: labelled
kubectl rollout status deployment/web-new
