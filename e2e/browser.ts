// How the browser is started: the system's Chromium, never a download.

export const browser = {
  browserName: "chromium" as const,
  launchOptions: {
    executablePath: process.env.HUNCH_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--disable-background-networking", "--disable-quic", ...(process.getuid?.() === 0 ? ["--no-sandbox"] : [])],
  },
};
