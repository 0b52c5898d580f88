"use strict";
// Runs Azurite's blob service for the practice cloud, and ends it with the program that started it:
//
//     node azurite_launcher.js ENTRY MARK [Azurite's own options]
//
// MARK is a file that holds the process id from the beginning to the very end, so that the next start can wait.
// The wizard holds the other end of standard input. The line "stop" asks for a clean end, in which Azurite writes
// its metadata down; the end of the input says that the wizard is gone, however it went. A pipe ends on every
// system, also after kill -9; signals do not reach a process on Windows.

const fs = require("fs");
const http = require("http");

const PATIENCE = 5000; // milliseconds for a clean end
const LOOK_AT_PARENT = 1000; // milliseconds between two looks

const [node, , entry, mark, ...options] = process.argv;
process.argv = [node, entry, ...options];

fs.writeFileSync(mark, String(process.pid));
process.on("exit", () => fs.rmSync(mark, { force: true }));

const servers = [];
const createServer = http.createServer;
http.createServer = (...parameters) => {
  const server = createServer(...parameters);
  servers.push(server);
  return server;
};

let ending = false;

function end() {
  if (ending) {
    return;
  }
  ending = true;
  setTimeout(() => process.exit(1), PATIENCE).unref();
  process.stdin.destroy();
  // Azurite's own handler of this signal closes its databases. Without one it has not begun: nothing to write.
  if (!process.emit("SIGTERM")) {
    process.exit(0);
  }
  // Open connections would keep the process alive after that.
  setImmediate(() => servers.forEach((server) => server.closeAllConnections()));
}

// Once the wizard is gone nobody reads the output; that must not stop the clean end.
process.stdout.on("error", () => {});
process.stderr.on("error", () => {});

process.stdin.setEncoding("utf8");
process.stdin.on("data", (text) => {
  if (text.includes("stop")) {
    end();
  }
});
process.stdin.on("end", end);
process.stdin.on("error", end);

if (process.platform !== "win32") {
  // A process forked off the wizard may hold the pipe open as well; an orphan gets another parent.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || end(), LOOK_AT_PARENT).unref();
}

require(entry);
