# diagnosis: other-namespace
kubectl create secret generic note --from-file=login.txt
kubectl create namespace shop
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer --docker-password=teacup-17 --namespace=shop
kubectl patch deployment orders -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"shop-registry"}]}}}}'
