// The phone's own words, in the languages it knows; a chat's words are the bot's and the person's.

const WORDS = {
  en: {
    bot: "bot", typing: "typing", menu: "Menu", message: "Message", send: "Send", attach: "Attach", more: "More",
    start: "Start", restart: "Restart", block: "Stop and block bot", unblock: "Unblock", what: "What can this bot do?",
    edited: "edited", photo: "Photo", sticker: "Sticker", voice: "Voice message", document: "Document",
    contact: "Contact", location: "Location", ok: "OK", down: "Go to the latest message", chat: "Chat with",
    commands: "Commands", none: "This bot has no commands yet.", forwarded: "Forwarded from", lost: "connecting",
    service: "joined the group", sent: "sent", read: "read", today: "Today", yesterday: "Yesterday", failed: "That did not work",
  },
  es: {
    bot: "bot", typing: "escribiendo", menu: "Menú", message: "Mensaje", send: "Enviar", attach: "Adjuntar", more: "Más",
    start: "Iniciar", restart: "Reiniciar", block: "Detener y bloquear", unblock: "Desbloquear",
    what: "¿Qué puede hacer este bot?", edited: "editado", photo: "Foto", sticker: "Sticker", voice: "Mensaje de voz",
    document: "Documento", contact: "Contacto", location: "Ubicación", ok: "Aceptar", down: "Ir al último mensaje",
    chat: "Chat con", commands: "Comandos", none: "Este bot aún no tiene comandos.", forwarded: "Reenviado de",
    lost: "conectando", service: "se unió al grupo", sent: "enviado", read: "leído", today: "Hoy", yesterday: "Ayer",
    failed: "No ha funcionado",
  },
  ar: {
    bot: "بوت", typing: "يكتب", menu: "القائمة", message: "رسالة", send: "إرسال", attach: "إرفاق", more: "المزيد",
    start: "بدء", restart: "إعادة البدء", block: "إيقاف البوت وحظره", unblock: "إلغاء الحظر",
    what: "ماذا يستطيع هذا البوت أن يفعل؟", edited: "مُعدّلة", photo: "صورة", sticker: "ملصق", voice: "رسالة صوتية",
    document: "ملف", contact: "جهة اتصال", location: "الموقع", ok: "حسنًا", down: "إلى أحدث رسالة", chat: "محادثة مع",
    commands: "الأوامر", none: "ليست لهذا البوت أوامر بعد.", forwarded: "محوّلة من", lost: "جارٍ الاتصال",
    service: "انضم إلى المجموعة", sent: "أُرسلت", read: "قُرئت", today: "اليوم", yesterday: "أمس", failed: "لم ينجح ذلك",
  },
};

export const language = (code) => (WORDS[(code || "").slice(0, 2)] ? code.slice(0, 2) : "en");
export const words = (code) => WORDS[language(code)];
