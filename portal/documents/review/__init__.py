"""What is asked before and while a paper is approved, and what an approval stands for."""
