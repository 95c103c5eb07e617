# diagnosis: none
# A second version, but of two Pods; three Pods, but of the second version.
kubectl create deployment web --image=learn/hello:1.0 --replicas=2
kubectl rollout status deployment/web
kubectl set image deployment/web hello=learn/hello:1.1
kubectl rollout status deployment/web
sleep 10
# open: second-set
kubectl scale deployment web --replicas=3
kubectl rollout status deployment/web
# open: scaled
# A version that never comes up beside one that serves; none at all.
kubectl set image deployment/web hello=learn/hello:none
sleep 15
# open: second-set
kubectl scale deployment web --replicas=0
sleep 10
# open: labelled
