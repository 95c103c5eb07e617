# diagnosis: other-class
kubectl create ingress shop --class=traefik --rule='shop.example.test/*=shop:80'
sleep 20
