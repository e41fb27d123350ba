"""The exercises of each chapter, made of numbers: the classroom's, or those that a trainee's name draws."""
