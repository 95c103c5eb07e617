# diagnosis: other-image
kubectl set image deployment/report report=learn/hello:1.0
sleep 10
