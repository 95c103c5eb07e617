# diagnosis: too-late
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer --docker-password=teacup-17
kubectl patch serviceaccount default -p '{"imagePullSecrets":[{"name":"shop-registry"}]}'
