# diagnosis: not-named
kubectl create secret docker-registry shop-registry --docker-server=registry.shop.example --docker-username=deployer --docker-password=teacup-17
