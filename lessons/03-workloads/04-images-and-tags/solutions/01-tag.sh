# The way of the story.
# goal: mixed
answer asked learn/hello:latest
# goal: one-code
kubectl set image deployment/web hello=learn/hello:2.0
kubectl rollout status deployment/web
sleep 15
# goal: private
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer --docker-password=teacup-17
kubectl patch deployment orders -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"shop-registry"}]}}}}'
kubectl rollout status deployment/orders
