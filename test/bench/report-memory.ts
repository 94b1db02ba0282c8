/** Loaded into a process by `--import`: at its end it writes its largest resident memory to standard error, in bytes. */
const KB = 1024;

process.on('exit', () => void process.stderr.write(`\nlargest resident memory: ${process.resourceUsage().maxRSS * KB}\n`));
