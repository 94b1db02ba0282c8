/** How to get mongodump and mongorestore, which come in one package; by Node's name of the platform. Pure. */
export function howToInstall(platform: string): string {
  const own: Readonly<Record<string, string>> = {
    darwin: 'brew tap mongodb/brew && brew install mongodb-database-tools',
    win32: 'winget install MongoDB.DatabaseTools',
    linux:
      'the package mongodb-database-tools of MongoDB\'s own repository (apt, dnf or zypper: "Install the MongoDB Database Tools on Linux" in its documentation)',
  };
  const way = own[platform] ?? own['linux'];
  return `${way}; or download it from https://www.mongodb.com/try/download/database-tools and put its bin folder on PATH`;
}
