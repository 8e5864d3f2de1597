"""What should happen, and when: plans, wall clocks, the timeline, the life of a reminder. Pure: data in, data out."""
