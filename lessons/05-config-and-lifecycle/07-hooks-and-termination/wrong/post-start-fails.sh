# diagnosis: post-start-fails
kubectl set image deployment/api api=learn/stubborn:polite
sed 's/registry/registri/' hooks.yaml > mine.yaml
kubectl patch deployment api --patch-file mine.yaml
sleep 30
