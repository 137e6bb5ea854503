from slugs import slug

for title in ("Hello, World!", "Ten ways to cook an egg"):
    print(slug(title))
