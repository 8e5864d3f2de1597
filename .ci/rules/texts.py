"""What the rules of texts and pages catch and let pass."""


def caught(message, patient):
    # ruleid: texts-are-filled-by-their-grammar
    text = message.body.format(name=patient.name)
    # ruleid: pages-are-made-by-templates
    return HTMLResponse(f"<p>{text}</p>")


def passed(message, values):
    # ok: texts-are-filled-by-their-grammar
    text = SENTENCES["late"][0].format(**values)
    # ok: texts-are-filled-by-their-grammar
    said = blanks.fill(message, values)
    # ok: pages-are-made-by-templates
    return HTMLResponse(templates.get_template("page.html").render(text=text, said=said))
