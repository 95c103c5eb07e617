# diagnosis: none
answer asked learn/hello:latest
# The Deployment was written, and no Pod is another.
kubectl patch deployment web -p '{"spec":{"minReadySeconds":1}}'
sleep 5
# open: one-code
# One code, in two Pods.
kubectl set image deployment/web hello=learn/hello:2.0
kubectl scale deployment web --replicas=2
kubectl rollout status deployment/web
sleep 5
# open: one-code
# A Secret, but no login; named or not, here or elsewhere.
kubectl create secret generic note --from-file=login.txt
# unknown: unnamed
# diagnosis: none
kubectl create namespace shop
kubectl create secret generic note --from-file=login.txt -n shop
name() { kubectl patch deployment orders -p "{\"spec\":{\"template\":{\"spec\":{\"imagePullSecrets\":$1}}}}"; }
name '[{"name":"shop-registry"}]'
# diagnosis: none
# A login, elsewhere, that nobody names.
name null
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer --docker-password=teacup-17 -n shop
