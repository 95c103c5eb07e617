# In place where it is possible.
# goal: image-fixed
kubectl set image pod/image-pod app=learn/hello:1.0
# goal: config-fixed
kubectl patch configmap settings -p '{"data":{"greeting":"good evening"}}'
# goal: crash-fixed
kubectl set image pod/crash-pod app=learn/hello:1.1
# goal: big-fixed
sed -i s/64Gi/64Mi/ big-pod.yaml
kubectl replace --force -f big-pod.yaml
sleep 90
