# diagnosis: still-nobody
kubectl set selector service shop app=shops
