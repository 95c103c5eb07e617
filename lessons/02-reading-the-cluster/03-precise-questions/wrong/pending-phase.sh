# diagnosis: pending-phase
answer homeless ide
