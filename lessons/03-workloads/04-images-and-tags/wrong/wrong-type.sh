# diagnosis: wrong-type
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer --docker-password=teacup-17 --dry-run=client -o jsonpath='{.data.\.dockerconfigjson}' | base64 -d > .dockerconfigjson
kubectl create secret generic shop-registry --from-file=.dockerconfigjson
kubectl patch deployment orders -p '{"spec":{"template":{"spec":{"imagePullSecrets":[{"name":"shop-registry"}]}}}}'
