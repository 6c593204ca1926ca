"""The peers: other people's libraries, set up as their own guides do, each as one whole process."""
