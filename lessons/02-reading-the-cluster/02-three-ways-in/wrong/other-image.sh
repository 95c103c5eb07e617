# diagnosis: other-image
kubectl set image pod/shop shop=learn/hello:1.0
sleep 10
