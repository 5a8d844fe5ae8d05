// The answer: who asked, under which scheme and host.
export {};
