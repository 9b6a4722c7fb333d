// What the page says, in both languages. GraphiQL's own buttons are in English.
const WORDS = {
  id: {
    language: "Bahasa",
    documents: "Dokumen",
    choose: "Pilih dokumen …",
    schema: "Skema",
    docs: "Dokumentasi",
    signIn: "Masuk",
    signOut: "Keluar",
    who: "Siapa yang bertanya",
    key: "Kunci aplikasi",
    purpose: "Tujuan",
    case: "Nomor berkas",
    caseHint: "tanpa nomor identitas",
    ended: "Waktu masuk Anda sudah habis. Silakan masuk lagi.",
    refused: "Penyedia identitas tidak memberi Anda masuk.",
    down: "Penyedia identitas tidak menjawab. Coba lagi sebentar lagi. Pertanyaan untuk umum tetap dijawab.",
    offline: "Simpul tidak menjawab.",
    close: "Tutup",
    whom: {
      everybody: "Untuk semua",
      citizen: "Warga",
      officer: "Petugas",
      keeper: "Penjaga tempat olahraga",
      clerk: "Petugas pengaduan",
      app: "Aplikasi dengan kunci",
      administrator: "Pengelola",
      auditor: "Auditor",
    },
  },
  en: {
    language: "Language",
    documents: "Documents",
    choose: "Choose a document …",
    schema: "Schema",
    docs: "Reference",
    signIn: "Sign in",
    signOut: "Sign out",
    who: "Who asks",
    key: "Key of the app",
    purpose: "Purpose",
    case: "Case",
    caseHint: "no identity number",
    ended: "Your sign-in has ended. Please sign in again.",
    refused: "The identity provider did not sign you in.",
    down: "The identity provider does not answer. Try again in a moment. Public questions are answered as before.",
    offline: "The hub does not answer.",
    close: "Close",
    whom: {
      everybody: "For everybody",
      citizen: "Citizens",
      officer: "Officers",
      keeper: "Keepers of sports venues",
      clerk: "Clerks of complaint desks",
      app: "Apps with a key",
      administrator: "Administrators",
      auditor: "Auditors",
    },
  },
};

const CHOSEN = "simpul:language";

// What was chosen here before, else the first of the browser's languages that is one of ours.
export function firstLanguage() {
  const liked = [localStorage.getItem(CHOSEN), ...navigator.languages].map((each) => each?.slice(0, 2));
  return liked.find((each) => each in WORDS) ?? "id";
}

export function chooseLanguage(language) {
  localStorage.setItem(CHOSEN, language);
}

export const wordsOf = (language) => WORDS[language];
