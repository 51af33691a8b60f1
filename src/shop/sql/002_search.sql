-- Product texts folded by fold.c (one spelling for full and half width, upper and lower case,
-- hiragana and katakana); rowid is the product's id. Three characters and more are found by the
-- index, fewer by reading. https://www.sqlite.org/fts5.html#the_trigram_tokenizer
CREATE VIRTUAL TABLE product_text USING fts5 (name, body, tokenize = 'trigram case_sensitive 1');
CREATE TRIGGER product_text_del AFTER DELETE ON product BEGIN DELETE FROM product_text WHERE rowid = old.id; END;
