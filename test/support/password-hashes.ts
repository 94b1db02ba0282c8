/**
 * What `hashPassword` made of the passwords that tests sign in with which are about anything else. The environment takes no cheaper hash, and making one
 * takes a quarter of a second of a core.
 */
export const PASSWORD_HASHES = {
  'correct horse': 'scrypt.32768.8.3.xmN4O7TzW704nPcbLHYj8g.eItPgkjmwP8Vep6AMVGswTLYQWdpPb6fknPoanV09PQ',
  'the right password': 'scrypt.32768.8.3.jD5-0lPNj67qCN7P7a-bLQ.dsZ41zk7DuvRoquV4ZPYoaP0z9tvClxiSh8ezeX-0u8',
} as const;
